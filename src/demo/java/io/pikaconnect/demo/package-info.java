/** What makes it possible to test without servers: stand-in masters, and the runners of demo and benchmark. */
package io.pikaconnect.demo;
