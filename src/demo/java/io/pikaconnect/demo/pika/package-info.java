/** What a Pika is but for its ports: its releases, its data, its commands and what it logs of them. */
package io.pikaconnect.demo.pika;
