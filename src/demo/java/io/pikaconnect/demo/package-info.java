/** What lets one machine show it all: stand-in masters and the runners of demo and benchmark. */
package io.pikaconnect.demo;
