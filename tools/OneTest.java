import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs one test class without Maven and ends with its first failure, for {@code tools/mutate}. Exit
 * status: 0 = all passed, 1 = one failed, 2 = nothing was run.
 */
public final class OneTest {
  private static final int PASSED = 0;
  private static final int FAILED = 1;
  private static final int NOTHING = 2;

  private OneTest() {}

  /** Takes the class's full name. */
  public static void main(String[] args) throws ClassNotFoundException {
    AtomicInteger passed = new AtomicInteger();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(Class.forName(args[0])))
            .filters(EngineFilter.includeEngines("junit-jupiter"))
            .build();
    LauncherFactory.create()
        .execute(
            request,
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                result.getThrowable().ifPresent(OneTest::end);
                passed.addAndGet(test.isTest() ? 1 : 0);
              }
            });
    Runtime.getRuntime().halt(passed.get() == 0 ? NOTHING : PASSED);
  }

  /** The rest need not be run, nor anything be closed. */
  private static void end(Throwable failure) {
    System.out.println("FAILED " + failure);
    System.out.flush();
    Runtime.getRuntime().halt(FAILED);
  }
}
