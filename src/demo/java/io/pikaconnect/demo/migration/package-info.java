/** One command that moves a Pika into a Redis on one machine: as a demo with stand-ins, or with real servers. */
package io.pikaconnect.demo.migration;
