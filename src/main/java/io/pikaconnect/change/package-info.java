/** What flows from Pika to Redis: changes, their positions, and their form as Kafka records. Knows no other package. */
package io.pikaconnect.change;
