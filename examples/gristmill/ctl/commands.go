package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/google/uuid"

	gristmill "millwright.example/gristmill/client/api"
)

const defaultURL = "http://127.0.0.1:8080"

var errUsage = errors.New("these arguments are not understood")

// run does what the arguments ask for and writes what comes of it as JSON.
func run(ctx context.Context, args []string, url string, out io.Writer) error {
	if len(args) == 0 {
		return errUsage
	}
	if url == "" {
		url = defaultURL
	}
	client, err := gristmill.NewClientWithResponses(url)
	if err != nil {
		return err
	}
	switch command, rest := args[0], args[1:]; {
	case command == "-h" || command == "--help":
		_, err = io.WriteString(out, help)
		return err
	case command == "submit":
		return submitAndShow(ctx, client, rest, out)
	case command == "health" && len(rest) == 0:
		health, err := health(ctx, client)
		return show(out, health, err)
	case command == "list" && len(rest) <= 1:
		jobs, err := list(ctx, client, rest)
		return show(out, jobs, err)
	case (command == "get" || command == "wait" || command == "cancel") && len(rest) == 1:
		return onJob(ctx, client, command, rest[0], out)
	}
	return errUsage
}

func submitAndShow(ctx context.Context, client *gristmill.ClientWithResponses, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("submit", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	wait := flags.Bool("wait", false, "")
	attempts := flags.Int("attempts", 0, "")
	if err := flags.Parse(args); err != nil || flags.NArg() != 2 {
		return errUsage
	}
	job, err := submit(ctx, client, flags.Arg(0), flags.Arg(1), int32(*attempts))
	if err != nil || !*wait {
		return show(out, job, err)
	}
	return waitAndShow(ctx, client, job.Id, out)
}

// onJob runs get, wait or cancel.
func onJob(ctx context.Context, client *gristmill.ClientWithResponses, command, text string, out io.Writer) error {
	id, err := uuid.Parse(text)
	if err != nil {
		return fmt.Errorf("%q is no job id: %w", text, err)
	}
	switch command {
	case "wait":
		return waitAndShow(ctx, client, id, out)
	case "cancel":
		job, err := cancel(ctx, client, id)
		return show(out, job, err)
	default:
		job, err := get(ctx, client, id)
		return show(out, job, err)
	}
}

func waitAndShow(ctx context.Context, client *gristmill.ClientWithResponses, id uuid.UUID, out io.Writer) error {
	job, err := wait(ctx, client, id)
	if err := show(out, job, err); err != nil {
		return err
	}
	if job.State != gristmill.Succeeded {
		return fmt.Errorf("job %s: %s", id, job.State)
	}
	return nil
}

// show writes a value as JSON, unless there is an error to report.
func show(out io.Writer, value any, err error) error {
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
