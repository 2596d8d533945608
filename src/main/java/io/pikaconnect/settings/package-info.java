/**
 * What the settings of both connectors have in common: how their tables are arranged for user interfaces, and what
 * validation looks for that is not about Pika or Redis.
 *
 * <p>Read first: {@link Problems}, each mistake at the setting that has to be changed; {@link Moment}, what is about
 * the moment and not about a setting; {@link UnknownSettings}, {@link Converters} and {@link Transformations}, what
 * neither connector can run with.
 *
 * <p>Threads: those of Connect's REST requests; {@link Started} is for any thread.
 *
 * <p>Imports nothing of the project.
 */
package io.pikaconnect.settings;
