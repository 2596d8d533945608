/** A Pika without its ports: its releases, its data, its commands and what it logs of them. */
package io.pikaconnect.demo.pika;
