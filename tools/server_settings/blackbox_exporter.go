package main

import "github.com/prometheus/blackbox_exporter/config"

var roots = []any{config.Config{}}

var extras []addition
