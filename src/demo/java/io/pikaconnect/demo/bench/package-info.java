/** The benchmark: what the pipeline does a second, beside what its parts could do alone. */
package io.pikaconnect.demo.bench;
