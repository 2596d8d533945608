/** What ends a task of either connector, and what helps against it. */
package io.pikaconnect.failure;
