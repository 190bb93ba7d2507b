package io.quiver.front.rest;

import io.quiver.core.CollectionName;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.front.rest.Endpoint.Prepared;
import io.quiver.message.AliasAction;
import io.quiver.message.AliasTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** List, change and delete aliases. */
final class AliasEndpoints {
  private AliasEndpoints() {}

  static Prepared list(Call call) {
    return client -> client.aliases().map(AliasEndpoints::answer);
  }

  static Prepared change(Call call) {
    VectorReader json = call.reader();
    List<AliasAction> actions = new ArrayList<>();
    json.beginObject();
    while (json.nextField()) {
      if (!json.field().equals("actions")) {
        throw json.unknownField();
      }
      json.beginArray("an array of actions");
      while (json.nextElement()) {
        if (actions.size() == Limits.ALIAS_ACTIONS_MAX) {
          throw json.wrongLength("at most " + Limits.ALIAS_ACTIONS_MAX + " actions");
        }
        actions.add(action(json));
      }
    }
    json.endDocument();
    Limits.check("actions", actions.size(), 1, Limits.ALIAS_ACTIONS_MAX);
    return client -> client.changeAliases(actions).map(AliasEndpoints::answer);
  }

  static Prepared delete(Call call) {
    AliasAction action = new AliasAction.Delete(call.collectionName("alias"));
    return client -> client.changeAliases(List.of(action)).map(AliasEndpoints::answer);
  }

  /** An object with one field, whose name says what to do. */
  private static AliasAction action(VectorReader json) {
    String place = json.path();
    json.beginObject();
    if (!json.nextField()) {
      throw QuiverException.invalid(
          place, "create_alias, delete_alias or rename_alias", "an empty object");
    }
    AliasAction action =
        switch (json.field()) {
          case "create_alias" -> {
            Names names = Names.read(json, "alias_name", "collection_name");
            yield new AliasAction.Put(names.get("alias_name"), names.get("collection_name"));
          }
          case "delete_alias" ->
              new AliasAction.Delete(Names.read(json, "alias_name").get("alias_name"));
          case "rename_alias" -> {
            Names names = Names.read(json, "old_alias_name", "new_alias_name");
            yield new AliasAction.Rename(names.get("old_alias_name"), names.get("new_alias_name"));
          }
          default -> throw json.unknownField();
        };
    if (json.nextField()) {
      throw QuiverException.invalid(place, "one action in each object", "several");
    }
    return action;
  }

  /** The names in the body of an action. */
  private record Names(String place, Map<String, CollectionName> byField) {
    static Names read(VectorReader json, String... known) {
      String place = json.path();
      Map<String, CollectionName> names = new TreeMap<>();
      json.beginObject();
      while (json.nextField()) {
        if (!List.of(known).contains(json.field())) {
          throw json.unknownField();
        }
        String text = json.string("a string");
        try {
          names.put(json.field(), new CollectionName(text));
        } catch (QuiverException e) {
          throw QuiverException.invalid(
              json.path(), e.details().get("expected"), e.details().get("got"));
        }
      }
      return new Names(place, names);
    }

    CollectionName get(String field) {
      CollectionName name = byField.get(field);
      if (name == null) {
        throw QuiverException.invalid(place + "." + field, "a name", "nothing");
      }
      return name;
    }
  }

  private static Answer answer(AliasTable table) {
    return Answer.data(
        160L * table.targets().size(),
        Map.of(),
        json -> {
          json.beginObject().name("aliases").beginArray();
          table
              .targets()
              .forEach((alias, target) -> {
                json.beginObject().name("alias_name").value(alias.value());
                json.name("collection_name").value(target.value()).endObject();
              });
          json.endArray().endObject();
        });
  }
}
