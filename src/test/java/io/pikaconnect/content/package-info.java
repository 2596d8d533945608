/** Data sets that are compared: what a recording expects, what a stand-in master holds, what Redis holds. */
package io.pikaconnect.content;
