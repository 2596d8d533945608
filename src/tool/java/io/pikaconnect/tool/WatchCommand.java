package io.pikaconnect.tool;

import io.pikaconnect.tool.page.Ends;
import io.pikaconnect.tool.page.StatusPage;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        description = "Serves the page that shows two connectors of any Connect cluster, until it is ended.")
final class WatchCommand implements Callable<Integer> {

    @ParentCommand
    private Pika2Redis parent;

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private PageOption http = new PageOption();

    @Override
    public Integer call() {
        Connectors connectors = connection.connectors();
        try (StatusPage page = http.start(new Ends("Pika " + connectors.pika(), "Redis " + connectors.redis()))
                        .orElseThrow(() -> new Failed("--http off leaves nothing to do: give a port"));
                Lookout lookout = Lookout.at(connectors, page)) {
            parent.output()
                    .show(
                            Output.object().put("page", page.address().toString()),
                            "The page is at " + page.address() + " until this is ended, by Ctrl-C or SIGTERM.");
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.DONE;
    }
}
