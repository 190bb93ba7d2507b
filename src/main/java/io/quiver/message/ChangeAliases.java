package io.quiver.message;

import io.quiver.core.Limits;
import io.quiver.core.Required;
import java.util.List;

/**
 * Changes aliases, step by step, all of them or none: nobody sees a part of it, after a crash
 * neither. Durable when it is answered.
 *
 * @param actions 1 to {@link Limits#ALIAS_ACTIONS_MAX}
 */
public record ChangeAliases(List<AliasAction> actions) implements AliasRequest {
  public ChangeAliases {
    actions = Required.list("actions", actions);
    Limits.check("actions", actions.size(), 1, Limits.ALIAS_ACTIONS_MAX);
  }
}
