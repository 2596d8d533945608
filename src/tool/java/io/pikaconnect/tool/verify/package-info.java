/** The comparison of a Pika with the Redis that a sink fills, key by key. */
package io.pikaconnect.tool.verify;
