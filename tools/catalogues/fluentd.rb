# Write what the plugins of a Fluentd take, as compiler/platc_compiler/settings/data/fluentd.tsv has it:
#
#   ruby -I LIB… tools/catalogues/fluentd.rb RELEASE NAME… > fluentd.tsv
#
# LIB are the folders lib of Fluentd and of its plugins, in the versions of the image that platc
# deploys, and NAME says them for the first line. Fluentd itself is asked for the parameters of each
# plugin, with those that it inherits. What all plugins of a kind take has "*" in the place of the
# plugin. Libraries that plugins need to do their work are not needed to ask them.

module WithoutLibraries
  def require(path)
    super
  rescue LoadError, StandardError
    raise if path.start_with?("fluent/")
    false
  end
end
Object.prepend(WithoutLibraries)

require "serverengine"
require "fluent/engine"
require "fluent/log"
$log = Fluent::Log.new(ServerEngine::DaemonLogger.new($stderr, log_level: "fatal"))
require "fluent/system_config"
require "fluent/plugin"
%w[input output filter parser formatter buffer storage service_discovery].each do |base|
  require "fluent/plugin/#{base}"
end

KINDS = {
  "in" => ["input", Fluent::Plugin::Input], "out" => ["output", Fluent::Plugin::Output],
  "filter" => ["filter", Fluent::Plugin::Filter], "parser" => ["parser", Fluent::Plugin::Parser],
  "formatter" => ["formatter", Fluent::Plugin::Formatter],
  "buf" => ["buffer", Fluent::Plugin::Buffer], "storage" => ["storage", Fluent::Plugin::Storage],
  "sd" => ["sd", Fluent::Plugin::ServiceDiscovery],
}.freeze

# The lines of a definition, each as its name below the plugin and what is said of it.
def lines(definition, prefix = "")
  definition.reject { |_, config| config[:argument] }.flat_map do |key, config|
    name = "#{prefix}#{key.to_s.delete_prefix("@")}"
    type = config[:section] ? "section" : config[:obsoleted] ? "obsoleted" : config[:type]
    needed = config[:required] && !config[:alias]
    said = [type, "", "", "", (config[:list] || []).join("|"), needed ? "required" : ""]
    names = [name, config[:alias] && "#{prefix}#{config[:alias]}"].compact
    own = type ? names.map { |each| [each, said] } : []
    inner = config[:section] ? config.select { |_, each| each.is_a?(Hash) } : {}
    own + names.flat_map { |each| inner.empty? ? [] : lines(inner, "#{each}.") }
  end
end

def asked(klass)
  lines(klass.merged_configure_proxy&.dump_config_definition || {})
end

plugins, written = [], []
KINDS.each do |short, (kind, base)|
  common = asked(base)
  written += common.map { |name, said| ["#{kind}.*.#{name}", "", "", *said].join("\t") }
  $LOAD_PATH.flat_map { |each| Dir.glob("#{each}/fluent/plugin/#{short}_*.rb") }.each do |file|
    name = File.basename(file, ".rb").delete_prefix("#{short}_")
    require "fluent/plugin/#{short}_#{name}"
    own = asked(Fluent::Plugin.const_get("#{kind.upcase}_REGISTRY").lookup(name)) - common
    plugins << "#{kind}.#{name}"
    written += own.map { |key, said| ["#{kind}.#{name}.#{key}", "", "", *said].join("\t") }
  rescue Fluent::NotFoundPluginError, LoadError
    $stderr.puts "#{kind} #{name} is no plugin, or cannot be asked"
  end
end
system_wide = lines(Fluent::SystemConfig.merged_configure_proxy.dump_config_definition)
written += system_wide.map { |name, said| ["system.#{name}", "", "", *said].join("\t") }
puts "# what the plugins take of #{ARGV.drop(1).join(", ")}, written by tools/catalogues/fluentd.rb"
puts "# releases: #{ARGV[0]}"
puts "# plugins: #{plugins.sort.uniq.join(" ")}"
puts written.map(&:rstrip).uniq.sort
