package io.pikaconnect.sink;

import io.pikaconnect.change.OneLine;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Errors of Redis: the text that may be shown, and the remedy. */
final class RedisRemedies {

    private static final int LONGEST = 500;

    /** Where Redis repeats values of the command: they are data and do not belong in a log. */
    private static final Pattern VALUES =
            Pattern.compile(",? *with args beginning with:.*|(?<=invalid longitude,latitude pair).*", Pattern.DOTALL);

    private record Row(Pattern error, String remedy) {}

    /** The first row that matches counts. */
    private static final List<Row> ROWS = List.of(
            row("^NOAUTH", "Set redis.password and, for an ACL user, redis.username"),
            row(
                    "^WRONGPASS|invalid password",
                    "Correct redis.username and redis.password, and check that the user is on (ACL GETUSER)"),
            row(
                    "AUTH .*called without any password",
                    "This Redis has no password: take redis.password out, or give redis.username the ACL user that has it"),
            row(
                    RedisErrors.NO_RIGHT,
                    "Give the user redis.username the right that is named; operations.md lists all that the sink needs"),
            row(
                    "^DENIED",
                    "Redis is in protected mode: give it a password (requirepass) and set redis.password, or have it bind"
                            + " the address at which the worker reaches it"),
            row(
                    "DB index|invalid DB",
                    "Set redis.database to a db that this Redis has, or raise databases in its configuration"),
            row(
                    "SELECT is not allowed in cluster mode",
                    "A cluster has only db 0: set redis.database=0, and give each Pika db a cluster and a sink of its own"),
            row(
                    "[Ss]cript killed",
                    "Somebody, or Sentinel, sent SCRIPT KILL while Redis was busy with a script of the sink: lower"
                            + " sync.batch.num if it happens again"),
            row(
                    "^BUSY",
                    "Another script is running for long; if it is the sink's, lower sync.batch.num, so that each takes less time"),
            row("^LOADING", "Redis is reading its data from disk, and is waited for"),
            row(
                    "^(READONLY|MASTERDOWN)",
                    "Give redis.address the address of the master, not of a replica; sentinels, with redis.sentinel.master, are"
                            + " asked for it"),
            row("^NOREPLICAS", "Redis wants more replicas than it has: see min-replicas-to-write and the replicas"),
            row(
                    "^MISCONF",
                    "Redis cannot write its data to disk and takes no writes: see its log and the free space on its disk"),
            row("^OOM", "Raise maxmemory of Redis, or free memory there"),
            row(
                    "^(MOVED|ASK|CROSSSLOT|CLUSTERDOWN|TRYAGAIN)|non local key",
                    "This is a node of a Redis Cluster: set redis.cluster=true; if that is set, wait until every slot has a node"
                            + " (redis-cli --cluster check)"),
            row(
                    "undeclared key|not declared|declared keys",
                    "This server lets no script use keys that are not declared, as the sink's scripts do: allow it"
                            + " (Dragonfly: --default_lua_flags=allow-undeclared-keys), or use a Redis"),
            row(
                    "[Uu]nknown( Redis)? command|unknown subcommand|not allowed from script",
                    "Redis lacks a command that the sink needs: look for rename-command in its configuration, and at its"
                            + " version, which has to be 6.2 or later"),
            row(
                    "^WRONGTYPE",
                    "A key below ledger.prefix holds something that the sink did not write: empty the target db; with"
                            + " rebuild=auto it is rebuilt from the topic"),
            row(
                    "proto-max-bulk-len|invalid bulk length|invalid multibulk length",
                    "Raise proto-max-bulk-len of Redis above the largest value"),
            row(
                    "user_script|Error (compiling|running) script",
                    "The sink's script failed, which is an error of this plugin: report it with this line. Nothing after"
                            + " this command was applied"));

    private static final String REMEDY =
            "Fix what Redis complains about and restart the task; it continues with this command";

    private RedisRemedies() {}

    /** The error as it may be shown: bounded, and without values of the data. */
    static String sanitized(String error) {
        return OneLine.of(VALUES.matcher(OneLine.of(String.valueOf(error))).replaceFirst(""), LONGEST);
    }

    /**
     * The remedy for the error of a command.
     *
     * @param kind how the script classified it
     */
    static String remedy(LedgerReply.FailureKind kind, String error) {
        return switch (kind) {
            case WRONG_TYPE -> policy(RedisSinkConfig.ON_WRONG_TYPE);
            case CONFLICT -> policy(RedisSinkConfig.ON_CONFLICT);
            case OWN_KEY -> RecordRules.PREFIX_REMEDY;
            case PIECE_MISSING ->
                "Empty the target db, where the sink's own keys were changed; with rebuild=auto it is"
                        + " rebuilt from the topic";
            case LATE, ERROR -> remedy(error);
        };
    }

    private static String policy(String setting) {
        return "Set " + setting + " to skip or overwrite, or fix the key in Redis; the command is tried again when the"
                + " task restarts";
    }

    /** The remedy for an error that has nothing to do with the data. */
    static String remedy(String error) {
        return row(error).map(Row::remedy).orElse(REMEDY);
    }

    /** Whether a row matches this error. */
    static boolean hasRemedy(String error) {
        return row(error).isPresent();
    }

    private static Optional<Row> row(String error) {
        String plain = RedisErrors.withoutScriptLocation(error);
        return ROWS.stream().filter(row -> row.error.matcher(plain).find()).findFirst();
    }

    private static Row row(String error, String remedy) {
        return new Row(Pattern.compile(error), remedy);
    }
}
