package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts are those of a Redis 7.0.15 and of a 6.2.16. */
class RedisErrorsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LOADING Redis is loading the dataset in memory",
                "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
                "OOM command not allowed when used memory > 'maxmemory'.",
                "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
                "READONLY You can't write against a read only replica. script: a3262fbb, on @user_script:81.",
                "NOREPLICAS Not enough good replicas to write.",
                "MOVED 12069 127.0.0.1:21389",
                "ASK 12069 127.0.0.1:21389",
                "CLUSTERDOWN Hash slot not served",
                "ERR Script attempted to access a non local key in a cluster node script: a3262fbb, on @user_script:81.",
                "@user_script: 590: -OOM command not allowed when used memory > 'maxmemory'.\r\n",
                "@user_script: 590: -READONLY You can't write against a read only replica.\r\n",
                "ERR Error running script (call to f_a3262fbb): @user_script:81: @user_script: 81: -READONLY You can't"
                        + " write against a read only replica. "
            })
    void whatPassesByItselfIsTriedAgain(String error) {
        assertThat(RedisErrors.isTransient(error)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ERR value is not an integer or out of range",
                "NOPERM this user has no permissions to run the 'zadd' command",
                "ERR user_script:602: too many results to unpack script: a3262fbb, on @user_script:602.",
                "ERR Error running script (call to f_a3262fbb): @user_script:602: user_script:602: too many results to"
                        + " unpack "
            })
    void whatStaysIsNot(String error) {
        assertThat(RedisErrors.isTransient(error)).isFalse();
    }

    @Test
    void anErrorWithoutTextIsNot() {
        assertThat(RedisErrors.isTransient(null)).isFalse();
    }
}
