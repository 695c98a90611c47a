import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import scala.Option;

/** Says what Spark takes for each credential of a file of settings: its arguments are pairs. */
public class SparkCredentials {
    public static void main(String[] pairs) {
        SparkConf settings = new SparkConf(false).set("spark.authenticate", "true");
        for (int at = 0; at < pairs.length; at += 2) {
            settings.set(pairs[at], pairs[at + 1]);
        }
        Configuration hadoop = SparkHadoopUtil.get().newConfiguration(settings);
        org.apache.spark.SecurityManager security = new org.apache.spark.SecurityManager(
                settings, Option.empty(),
                org.apache.spark.internal.config.package$.MODULE$.AUTH_SECRET_FILE());
        System.out.println("spark.authenticate.secret=" + security.getSecretKey());
        System.out.println("spark.ssl.keyStorePassword="
                + security.getSSLOptions("ui").keyStorePassword().get());
        System.out.println("spark.hadoop.fs.s3a.secret.key=" + hadoop.get("fs.s3a.secret.key"));
    }
}
