/**
 * Codes: short stand-ins for rows that a search reads instead of them, and the estimates they give.
 */
package io.quiver.quant;
