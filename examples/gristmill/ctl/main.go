// Command gristctl talks to a Gristmill server.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

const help = `Talks to a Gristmill server.

Usage:
  gristctl submit [options] <kind> <payload>  queue a job; its payload is JSON
  gristctl get <id>                           show a job
  gristctl wait <id>                          wait until a job is over, and show its result
  gristctl cancel <id>                        cancel a job
  gristctl list [<state>]                     list jobs, the newest first
  gristctl health                             say whether the server and its storage answer

Options:
  --wait          wait until the job is over
  --attempts <n>  how often the job may be taken before it counts as failed
  -h, --help      print this help

Environment:
  GRISTMILL_URL  the server's address [default: http://127.0.0.1:8080]

A job that failed or was cancelled makes gristctl exit with status 1, a wrong command line with 2.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Getenv("GRISTMILL_URL"), os.Stdout)
	stop()
	if err == nil {
		return
	}
	fmt.Fprintf(os.Stderr, "gristctl: %v\n", err)
	if errors.Is(err, errUsage) {
		fmt.Fprint(os.Stderr, "\n", help)
		os.Exit(2)
	}
	os.Exit(1)
}
