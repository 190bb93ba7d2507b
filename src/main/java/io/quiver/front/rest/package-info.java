/** REST: JSON over HTTP translated to and from messages. Decides nothing, keeps nothing. */
package io.quiver.front.rest;
