/**
 * How long to wait before something that failed is tried again: {@link Backoff}, for both connectors.
 *
 * <p>Imports nothing of the project.
 */
package io.pikaconnect.retry;
