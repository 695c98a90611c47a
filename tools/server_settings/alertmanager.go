package main

import "github.com/prometheus/alertmanager/config"

var roots = []any{config.Config{}}

var extras []addition
