/** The words of the house: values that check themselves, error codes, limits. */
package io.quiver.core;
