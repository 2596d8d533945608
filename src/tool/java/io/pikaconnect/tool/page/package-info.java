/**
 * The page that shows a migration in a browser. {@link Seen} is what was found at one moment; {@link Assessment} makes an
 * {@link Overview} of it, which {@link PageHtml} and {@link StatusJson} render and {@link StatusPage} serves.
 */
package io.pikaconnect.tool.page;
