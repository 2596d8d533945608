package io.pikaconnect.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TaskFailureTest {

    private static final String WHERE = "orders db0 of 10.0.0.5:9221, after 3/210276";

    private static String trace(Throwable failure) {
        StringWriter out = new StringWriter();
        failure.printStackTrace(new PrintWriter(out));
        return out.toString();
    }

    @Test
    void saysWhereThenWhatThenWhatToDo() {
        assertThat(TaskFailure.of(WHERE, "the disk is full.", "Make room").getMessage())
                .isEqualTo(WHERE + ": the disk is full. Make room");
    }

    @Test
    void isOneLineWithoutControlCharacters() {
        String message = TaskFailure.of("key a\u0000b", "first\n  second\r\n\tthird\u001b[31m", "Do\nthis")
                .getMessage();
        assertThat(message).isEqualTo("key a\\x00b: first second third\\x1b[31m. Do this");
    }

    @Test
    void keepsWhereAndTheRemedyHoweverMuchThereIsToSay() {
        String message = TaskFailure.of(
                        WHERE + "x".repeat(1 << 20), "y".repeat(1 << 24), "Make room" + "z".repeat(5_000))
                .getMessage();
        assertThat(message)
                .hasSizeLessThanOrEqualTo(TaskFailure.LONGEST)
                .startsWith(WHERE)
                .contains("Make room", "characters");
    }

    @Test
    void ofALongTextTheEndStaysSinceItSaysWhatToDo() {
        String text = "the master refused: " + "x".repeat(1 << 20) + ". Set pika.password";
        assertThat(TaskFailure.of(text, null).getMessage())
                .hasSizeLessThanOrEqualTo(TaskFailure.LONGEST)
                .startsWith("the master refused")
                .endsWith("Set pika.password");
    }

    @Test
    void causesWithHugeMessagesLeaveATraceThatConnectCanStore() {
        Throwable cause = new IllegalStateException("cannot use it", new IllegalArgumentException("v".repeat(5 << 20)));
        TaskFailure failure = TaskFailure.unexpected(WHERE, cause);
        assertThat(trace(failure))
                .hasSizeLessThan(50_000)
                .contains("IllegalStateException", "IllegalArgumentException", "TaskFailureTest.java");
    }

    @Test
    void aChainOfCausesWithoutAnEndLeavesATraceThatConnectCanStore() {
        Exception cause = new Exception("first");
        for (int i = 0; i < 5_000; i++) {
            cause = new Exception("again " + i, cause);
        }
        assertThat(trace(TaskFailure.unexpected(WHERE, cause))).hasSizeLessThan(100_000);
    }

    @Test
    void anOrdinaryCauseIsLeftAsItIs() {
        Throwable cause = new IllegalStateException("cannot use it");
        assertThat(TaskFailure.unexpected(WHERE, cause)).hasCause(cause);
    }

    @Test
    void whatIsSaidAlreadyIsNotSaidAgain() {
        TaskFailure failure = TaskFailure.of(WHERE, "the disk is full", "Make room");
        assertThat(TaskFailure.unexpected("elsewhere", failure)).isSameAs(failure);
    }

    @Test
    void anExecutorsExceptionAddsNothing() {
        assertThat(TaskFailure.unexpected(WHERE, new ExecutionException(new IllegalStateException("nothing there")))
                        .getMessage())
                .startsWith(WHERE + ": IllegalStateException (nothing there). ");
    }

    static Stream<Arguments> whatKafkaAndTheMachineSay() {
        return Stream.of(
                Arguments.of(new OutOfMemoryError("Java heap space"), "KAFKA_HEAP_OPTS"),
                Arguments.of(new UnsatisfiedLinkError("failed to map segment from shared object"), "noexec"),
                Arguments.of(new ProducerFencedException("newer epoch"), "no second Connect cluster"),
                Arguments.of(new InvalidProducerEpochException("old"), "transaction.timeout.ms"),
                Arguments.of(new RecordTooLargeException("1333742 bytes"), "max.message.bytes"),
                Arguments.of(new UnknownTopicOrPartitionException("gone"), "as many partitions"),
                Arguments.of(new TopicAuthorizationException("t.db0"), "Grant the worker's Kafka user the permission"),
                Arguments.of(new TimeoutException("60000 ms"), "can reach every broker"),
                Arguments.of(new java.nio.file.NoSuchFileException("/dumps/x"), "has space"),
                Arguments.of(new IllegalStateException("no idea"), "report the failure"));
    }

    @ParameterizedTest
    @MethodSource("whatKafkaAndTheMachineSay")
    void saysWhatHelpsAgainstWhatKafkaAndTheMachineSay(Throwable cause, String remedy) {
        Throwable wrapped = new ConnectException("Failed to fetch offsets.", new ExecutionException(cause));
        assertThat(TaskFailure.unexpected(WHERE, wrapped))
                .hasMessageStartingWith(WHERE + ": Failed to fetch offsets.")
                .hasMessageContaining(cause.getMessage())
                .hasMessageContaining(remedy);
    }
}
