package io.pikaconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts are those of Redis 6.2 to 8, of Valkey, and of Dragonfly where it is named. */
class RedisRemediesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            NOAUTH Authentication required.                                                  | Set redis.password
            WRONGPASS invalid username-password pair or user is disabled.                    | Correct redis.username
            ERR invalid password                                                             | Correct redis.username
            ERR AUTH <password> called without any password configured for the default user. | take redis.password out
            NOPERM this user has no permissions to run the 'zadd' command                    | the right that is named
            NOPERM User sink has no permissions to access the 'k' key                        | the right that is named
            ERR The user executing the script can't run this command or subcommand script: a9, on @user_script:847. | the right that is named
            ERR ACL failure in script: User sink has no permissions to run the 'zadd' command script: 0d, on @user_script:231. | the right that is named
            DENIED Redis is running in protected mode because no password is set             | protected mode
            ERR DB index is out of range                                                     | Set redis.database
            ERR invalid DB index                                                             | Set redis.database
            ERR Script killed by user with SCRIPT KILL. script: 5c0d, on @user_script:81.    | SCRIPT KILL
            ERR Error running script (call to f_5c): @user_script:81: Script killed by user with SCRIPT KILL... | SCRIPT KILL
            BUSY Redis is busy running a script. You can only call SCRIPT KILL.              | Another script is running for long
            LOADING Redis is loading the dataset in memory                                   | is waited for
            READONLY You can't write against a read only replica.                            | address of the master
            MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'. | address of the master
            NOREPLICAS Not enough good replicas to write.                                    | min-replicas-to-write
            MISCONF Redis is configured to save RDB snapshots, but it's unable to persist on disk | free space on its disk
            OOM command not allowed when used memory > 'maxmemory'.                          | Raise maxmemory
            @user_script: 590: -OOM command not allowed when used memory > 'maxmemory'.      | Raise maxmemory
            MOVED 3999 127.0.0.1:6381                                                        | Redis Cluster
            CROSSSLOT Keys in request don't hash to the same slot                            | Redis Cluster
            CLUSTERDOWN Hash slot not served                                                 | Redis Cluster
            ERR Script attempted to access a non local key in a cluster node                 | Redis Cluster
            ERR script tried accessing undeclared key                                        | allow-undeclared-keys
            ERR unknown command 'evalsha', with args beginning with: 'a' 'b'                 | rename-command
            ERR Unknown Redis command called from script                                     | rename-command
            ERR Unknown command called from script                                           | rename-command
            ERR This Redis command is not allowed from script                                | rename-command
            WRONGTYPE Operation against a key holding the wrong kind of value                | below ledger.prefix
            ERR string exceeds maximum allowed size (proto-max-bulk-len)                     | Raise proto-max-bulk-len
            ERR Protocol error: invalid bulk length                                          | Raise proto-max-bulk-len
            ERR user_script:602: too many results to unpack script: a3, on @user_script:602. | report it
            ERR something new                                                                | what Redis complains about
            """)
    void theRemedyFitsTheError(String error, String remedy) {
        assertThat(RedisRemedies.remedy(error)).contains(remedy);
        boolean concernsTheUser =
                error.matches("(NOAUTH|WRONGPASS|NOPERM|DENIED|.*password|.*user executing|.*ACL failure).*");
        assertThat(RedisRemedies.remedy(error).contains("password")
                        || RedisRemedies.remedy(error).contains("username"))
                .isEqualTo(concernsTheUser);
    }

    @ParameterizedTest
    @CsvSource({
        "WRONG_TYPE, Set on.wrong.type",
        "CONFLICT, Set on.conflict",
        "OWN_KEY, another ledger.prefix",
        "PIECE_MISSING, Empty the target db"
    })
    void theRemedyFitsWhatTheScriptTakesItFor(LedgerReply.FailureKind kind, String remedy) {
        assertThat(RedisRemedies.remedy(kind, "WRONGTYPE Key is not a valid HyperLogLog string value."))
                .contains(remedy);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ERR unknown command 'HSETX', with args beginning with: 'k' 's3cret' ",
                "ERR Unknown command `HSETX`, with args beginning with: `k`, `s3cret`, ",
                "ERR invalid longitude,latitude pair 200.000000,s3cret"
            })
    void valuesThatRedisRepeatsAreNotShown(String error) {
        assertThat(RedisRemedies.sanitized(error)).startsWith("ERR ").doesNotContain("s3cret");
    }

    @Test
    void whatRedisAnswersIsShownAsABoundedLine() {
        assertThat(RedisRemedies.sanitized("ERR key " + "\u0001\n".repeat(1 << 20) + "is the sink's own"))
                .hasSizeLessThan(1_000)
                .startsWith("ERR key")
                .endsWith("is the sink's own")
                .doesNotContain("\n");
        assertThat(RedisRemedies.sanitized(null)).isEqualTo("null");
    }
}
