/**
 * What the settings of both connectors have in common: how their tables are arranged for user interfaces, and the
 * checks of validation that are not about Pika or Redis.
 *
 * <p>Read first: {@link Problems}, each problem at the setting that has to be changed; {@link Moment}, problems with
 * the moment and not with a setting; {@link UnknownSettings}, {@link Converters} and {@link Transformations}, what
 * neither connector can run with.
 *
 * <p>Threads: those of Connect's REST requests; {@link Started} is thread-safe.
 *
 * <p>Imports nothing of the project.
 */
package io.pikaconnect.settings;
