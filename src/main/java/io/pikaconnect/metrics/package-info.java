/** What can be watched of a running task: declared values, shown by JMX and as Connect's own plugin metrics. */
package io.pikaconnect.metrics;
