package io.quiver.sim;

import io.quiver.catalog.Database;
import io.quiver.core.Durability;
import io.quiver.message.Command;
import io.quiver.testkit.SeededScheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;

/** The log writer, as {@code node.WalVerticle} is one: groups, one sync a group, answers. */
final class LogActor implements SeededScheduler.Body {
  /** A command on its way into the log. */
  record Append(
      UUID collection,
      Command command,
      Durability durability,
      Life.Version version,
      Runnable ack) {}

  private final LinkedBlockingQueue<Append> mailbox = new LinkedBlockingQueue<>();
  private final Database database;
  private final Ledger ledger;
  private final SplittableRandom random;

  LogActor(Database database, Ledger ledger, SplittableRandom random) {
    this.database = database;
    this.ledger = ledger;
    this.random = random;
  }

  void send(Append append) {
    mailbox.add(append);
  }

  @Override
  public void run() throws InterruptedException {
    while (true) {
      List<Append> group = new ArrayList<>(List.of(mailbox.take()));
      SeededScheduler.pause(random.nextInt(4));
      mailbox.drainTo(group);
      boolean forced = false;
      for (Append each : group) {
        each.version().lsn = ledger.loggedLsn() + 1; // It may be in the file before it returns.
        ledger.logged(each.version().lsn);
        long lsn = database.append(each.collection(), each.command());
        if (lsn != each.version().lsn) {
          throw new AssertionError("LSN: want=%d got=%d".formatted(each.version().lsn, lsn));
        }
        forced |= each.durability() == Durability.FSYNC;
      }
      database.sync(forced);
      ledger.synced(ledger.loggedLsn(), forced);
      while (!group.isEmpty()) { // Answers overtake each other.
        group.remove(random.nextInt(group.size())).ack().run();
        SeededScheduler.pause(random.nextInt(2));
      }
      if (!forced && random.nextBoolean()) {
        database.sync(true); // The lazy one.
        ledger.synced(ledger.loggedLsn(), true);
      }
    }
  }
}
