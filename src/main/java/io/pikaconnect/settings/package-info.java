/** What the settings of both connectors have in common: how their tables are arranged, and what validation looks for. */
package io.pikaconnect.settings;
