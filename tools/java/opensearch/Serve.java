import org.codelibs.opensearch.runner.OpenSearchRunner;

/** Serves one node: the folder, the port of HTTP and the port between nodes are the arguments. */
public class Serve {
  public static void main(String[] arguments) throws Exception {
    OpenSearchRunner runner = new OpenSearchRunner();
    runner.onBuild(
        (number, settings) -> {
          settings.put("http.port", arguments[1]);
          settings.put("transport.port", arguments[2]);
          settings.put("discovery.type", "single-node");
          settings.put("node.store.allow_mmap", false);
          settings.putList("node.roles", "cluster_manager", "data", "ingest");
          settings.put("action.auto_create_index", arguments[3]);
        });
    runner.build(
        OpenSearchRunner.newConfigs().basePath(arguments[0]).numOfNode(1).clusterName("platc"));
    Thread.currentThread().join();
  }
}
