package io.quiver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code quiver aliases …}: other names for collections. */
@Command(
    name = "aliases",
    description = "Lists, creates, switches, renames and deletes aliases of a running server.",
    footer = {
      "",
      "Examples:",
      "  ./quiver aliases list",
      "  ./quiver aliases set films films-2      create it, or switch it from another collection",
      "  ./quiver aliases rename films movies",
      "  ./quiver aliases delete movies"
    })
final class AliasesCommand {
  private static final String PATH = RestApi.path("collections", "aliases");

  @Spec private CommandSpec spec;

  @Command(name = "list", description = "Prints each alias and its collection.")
  int list(@Mixin ServerOption server) {
    try (RestApi api = server.connect()) {
      return print(api.get(PATH));
    }
  }

  @Command(
      name = "set",
      aliases = {"create", "switch"},
      description = "Lets an alias stand for a collection, whatever it stood for.")
  int set(
      @Parameters(paramLabel = "ALIAS", description = "The alias.") String alias,
      @Parameters(paramLabel = "COLLECTION", description = "What it stands for.") String collection,
      @Mixin ServerOption server) {
    ObjectNode body = RestApi.object().put("alias_name", alias).put("collection_name", collection);
    return change(server, "create_alias", body);
  }

  @Command(name = "rename", description = "Gives an alias another name.")
  int rename(
      @Parameters(paramLabel = "ALIAS", description = "The alias.") String alias,
      @Parameters(paramLabel = "NEW", description = "Its new name.") String renamed,
      @Mixin ServerOption server) {
    ObjectNode body = RestApi.object().put("old_alias_name", alias).put("new_alias_name", renamed);
    return change(server, "rename_alias", body);
  }

  @Command(name = "delete", description = "Deletes an alias; its collection stays.")
  int delete(
      @Parameters(paramLabel = "ALIAS", description = "The alias.") String alias,
      @Mixin ServerOption server) {
    return change(server, "delete_alias", RestApi.object().put("alias_name", alias));
  }

  private int change(ServerOption server, String action, ObjectNode body) {
    ObjectNode request = RestApi.object();
    request.putArray("actions").addObject().set(action, body);
    try (RestApi api = server.connect()) {
      return print(api.post(PATH, request));
    }
  }

  private int print(JsonNode data) {
    PrintWriter out = spec.commandLine().getOut();
    for (JsonNode each : data.path("aliases")) {
      out.printf(
          "%-32s %s%n", each.path("alias_name").asText(), each.path("collection_name").asText());
    }
    return 0;
  }
}
