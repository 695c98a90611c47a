// Command controlplane is the control plane of a Kubernetes cluster in one program: its first
// argument chooses which of the upstream programs it is. Apart, the five would compile and link
// the same packages four times. kwok stands in for the kubelets: it gives the nodes and pods of
// an API server the states that they would have on machines.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	_ "time/tzdata" // for the time zone of a CronJob

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	manager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	node "sigs.k8s.io/kwok/kustomize/stage/node/fast"
	heartbeat "sigs.k8s.io/kwok/kustomize/stage/node/heartbeat-with-lease"
	pod "sigs.k8s.io/kwok/kustomize/stage/pod/fast"
	kwokconfig "sigs.k8s.io/kwok/pkg/config"
	kwok "sigs.k8s.io/kwok/pkg/kwok/cmd"
	kwoklog "sigs.k8s.io/kwok/pkg/log"
	"sigs.k8s.io/kwok/pkg/utils/signals"
)

func main() {
	if len(os.Args) < 2 {
		usage()
	}
	name := os.Args[1]
	// Each program reads its arguments from os.Args, as if it had been called by its own name.
	os.Args = append([]string{name}, os.Args[2:]...)
	switch name {
	case "etcd":
		etcdmain.Main(os.Args)
	case "kube-apiserver":
		run(apiserver.NewAPIServerCommand())
	case "kube-controller-manager":
		run(manager.NewControllerManagerCommand())
	case "kube-scheduler":
		run(scheduler.NewSchedulerCommand())
	case "kwok":
		if err := runKwok(signals.SetupSignalContext()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case "stages":
		// What kwok does to nodes and pods is configuration, which its module brings along.
		fmt.Println(strings.Join([]string{
			node.DefaultNodeInit, heartbeat.DefaultNodeHeartbeatWithLease,
			pod.DefaultPodReady, pod.DefaultPodComplete, pod.DefaultPodDelete,
		}, "\n---\n"))
	default:
		usage()
	}
}

func usage() {
	fmt.Fprintln(os.Stderr,
		"usage: controlplane etcd|kube-apiserver|kube-controller-manager|kube-scheduler|kwok|stages [flags]")
	os.Exit(2)
}

func run(command *cobra.Command) {
	os.Exit(cli.Run(command))
}

// runKwok does what kwok's own main function does, which is in no package that can be imported.
func runKwok(ctx context.Context) error {
	flags := pflag.NewFlagSet("global", pflag.ContinueOnError)
	flags.ParseErrorsAllowlist.UnknownFlags = true
	flags.Usage = func() {}
	ctx, _ = kwoklog.InitFlags(ctx, flags)
	ctx, err := kwokconfig.InitFlags(ctx, flags)
	if err != nil {
		return err
	}
	command := kwok.NewCommand(ctx)
	// Its flag "version" would be a second one beside that of Kubernetes' programs.
	command.Version = ""
	command.PersistentFlags().AddFlagSet(flags)
	return command.ExecuteContext(ctx)
}
