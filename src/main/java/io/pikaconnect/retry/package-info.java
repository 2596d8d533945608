/** How long to wait before something that failed is tried again. Both connectors use it; it imports nothing of them. */
package io.pikaconnect.retry;
