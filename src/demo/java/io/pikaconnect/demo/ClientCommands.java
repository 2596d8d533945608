package io.pikaconnect.demo;

import io.pikaconnect.change.Command;
import io.pikaconnect.demo.pika.PikaRelease;
import io.pikaconnect.demo.pika.Reply;
import io.pikaconnect.pika.BinlogPosition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What every stand-in master answers on its client port: PING, INFO, CONFIG GET, TIME. On its event loop only. */
final class ClientCommands implements Function<Command, Reply> {

    private final MasterServer master;

    ClientCommands(MasterServer master) {
        this.master = master;
    }

    @Override
    public Reply apply(Command command) {
        return switch (command.name()) {
            case "ping" -> new Reply.Status("PONG");
            case "info" -> master.access().isInfoDenied() ? Reply.error("no permission") : Reply.text(info());
            case "config" -> config(command);
            case "time" -> {
                Instant now = master.now();
                yield Reply.texts(Long.toString(now.getEpochSecond()), Integer.toString(now.getNano() / 1000));
            }
            case "raft.cluster" ->
                master.access().raft().map(ClientCommands::raft).orElseGet(() -> unknown(command));
            default -> unknown(command);
        };
    }

    private String info() {
        PikaRelease release = master.setup().release();
        List<String> lines = new ArrayList<>();
        lines.add("# Server");
        lines.add("pika_version:" + master.setup().version());
        if (release.hasRunId()) {
            lines.add("run_id:" + master.runId());
        }
        lines.add("tcp_port:" + master.port());
        lines.add("# Data");
        lines.add("db_size:" + master.dataBytes());
        lines.add("# Stats");
        lines.add("is_bgsaving:" + (master.isMakingDump() ? "Yes" : "No"));
        lines.add("# Replication(MASTER)");
        lines.addAll(master.role());
        if (release.hasReplicationId()) {
            lines.add("ReplicationID:" + master.replicationId());
        }
        lines.add("connected_slaves:" + master.replicas().size());
        int n = 0;
        for (String name : master.replicas().names()) {
            int colon = name.lastIndexOf(':');
            lines.add("slave" + n++ + ":ip=" + name.substring(0, colon) + ",port=" + name.substring(colon + 1)
                    + ",conn_fd=" + (20 + n) + ",lag=(db0:0)");
        }
        for (String db : master.claimed()) {
            BinlogPosition end = master.isServed(db) ? master.log(db).end() : BinlogPosition.ZERO;
            lines.add(release.binlogLine(db, end));
        }
        lines.add("");
        return String.join("\r\n", lines);
    }

    private static Reply unknown(Command command) {
        return Reply.error("unknown command '" + command.text(0) + "'");
    }

    private static Reply raft(boolean hasCluster) {
        return hasCluster
                ? Reply.text("raft_group_id:db0\r\nraft_state:up\r\nraft_role:LEADER\r\nraft_current_term:1\r\n")
                : Reply.error("Not a member of a cluster");
    }

    private Reply config(Command command) {
        if (command.size() != 3 || !command.text(1).toLowerCase(Locale.ROOT).equals("get")) {
            return Reply.error("only CONFIG GET of one setting is known to this stand-in");
        }
        String name = command.text(2);
        PikaRelease release = master.setup().release();
        return switch (name) {
            case "databases" ->
                Reply.texts(name, Integer.toString(master.claimed().size()));
            case "instance-mode" -> Reply.texts(name, "classic");
            case "write-binlog" -> Reply.texts(name, master.isWritingBinlog() ? "yes" : "no");
            case "requirepass" -> Reply.texts(name, master.access().password().orElse(""));
            case "expire-logs-nums" -> Reply.texts(name, "10");
            case "expire-logs-days" -> Reply.texts(name, "7");
            case "binlog-file-size" ->
                Reply.texts(name, Long.toString(master.setup().binlogFileSize()));
            case "replication-id" -> release.hasReplicationId() ? Reply.texts(name, master.replicationId()) : unknown();
            case "run-id" -> release.hasRunId() ? Reply.texts(name, master.runId()) : unknown();
            default -> unknown();
        };
    }

    private static Reply unknown() {
        return new Reply.Many(List.of());
    }
}
