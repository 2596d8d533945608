/** What makes it possible to run everything on one machine: stand-in masters and the runners of demo and benchmark. */
package io.pikaconnect.demo;
