package main

import (
	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/discovery/dns"
	"github.com/prometheus/prometheus/discovery/file"
	"github.com/prometheus/prometheus/discovery/http"
	"github.com/prometheus/prometheus/discovery/kubernetes"
	"github.com/prometheus/prometheus/discovery/targetgroup"
)

var roots = []any{config.Config{}}

// The types of discovery that are compiled into every Prometheus register themselves; the struct
// does not name them.
var discovery = map[string]any{
	"static_configs":        []targetgroup.Group{},
	"dns_sd_configs":        []dns.SDConfig{},
	"file_sd_configs":       []file.SDConfig{},
	"http_sd_configs":       []http.SDConfig{},
	"kubernetes_sd_configs": []kubernetes.SDConfig{},
}

var extras = []addition{
	{"config.ScrapeConfig", discovery},
	{"config.AlertmanagerConfig", discovery},
}
