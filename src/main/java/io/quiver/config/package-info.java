/**
 * What the server is told from outside: every setting, where its value came from, and the option
 * records that the values fill.
 */
package io.quiver.config;
