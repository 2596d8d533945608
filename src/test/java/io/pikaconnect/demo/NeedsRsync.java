package io.pikaconnect.demo;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test in which a dump is pushed with the real rsync: skipped where there is none. {@code mvn verify -Dgroups=rsync}
 * runs only these.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("rsync")
@ExtendWith(NeedsRsync.Condition.class)
public @interface NeedsRsync {

    /** Whether the PATH has it. */
    final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return Stream.of(System.getenv("PATH").split(":"))
                            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "rsync")))
                    ? ConditionEvaluationResult.enabled("there is an rsync on the PATH")
                    : ConditionEvaluationResult.disabled("there is no rsync on the PATH");
        }
    }
}
