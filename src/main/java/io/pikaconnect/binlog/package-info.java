/** From an item of the binlog to the changes it makes: plain Redis commands and named operations. */
package io.pikaconnect.binlog;
