package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	gristmill "millwright.example/gristmill/client/api"
)

// pollInterval is the time between two questions to the server for a job's state.
const pollInterval = 100 * time.Millisecond

// submit leaves the number of attempts to the server where it is 0.
func submit(
	ctx context.Context, client *gristmill.ClientWithResponses, kind, payload string, attempts int32,
) (*gristmill.Job, error) {
	job := gristmill.JobSubmission{Kind: gristmill.JobKind(kind)}
	if attempts != 0 {
		job.MaxAttempts = &attempts
	}
	if err := json.Unmarshal([]byte(payload), &job.Payload); err != nil {
		return nil, fmt.Errorf("the payload is no JSON object: %w", err)
	}
	answer, err := client.SubmitJobWithResponse(ctx, job)
	if err != nil {
		return nil, err
	}
	return orRefusal(answer.JSON201, answer.Status(), answer.Body)
}

func get(ctx context.Context, client *gristmill.ClientWithResponses, id uuid.UUID) (*gristmill.Job, error) {
	answer, err := client.GetJobWithResponse(ctx, id)
	if err != nil {
		return nil, err
	}
	return orRefusal(answer.JSON200, answer.Status(), answer.Body)
}

func cancel(ctx context.Context, client *gristmill.ClientWithResponses, id uuid.UUID) (*gristmill.Job, error) {
	answer, err := client.CancelJobWithResponse(ctx, id)
	if err != nil {
		return nil, err
	}
	return orRefusal(answer.JSON200, answer.Status(), answer.Body)
}

// list takes at most one state.
func list(ctx context.Context, client *gristmill.ClientWithResponses, states []string) (*gristmill.JobList, error) {
	params := &gristmill.ListJobsParams{}
	for _, text := range states {
		state := gristmill.JobState(text)
		if !state.Valid() {
			return nil, fmt.Errorf("%q is no state of a job", text)
		}
		params.State = &state
	}
	answer, err := client.ListJobsWithResponse(ctx, params)
	if err != nil {
		return nil, err
	}
	return orRefusal(answer.JSON200, answer.Status(), answer.Body)
}

func health(ctx context.Context, client *gristmill.ClientWithResponses) (*gristmill.Health, error) {
	answer, err := client.GetHealthWithResponse(ctx)
	if err != nil {
		return nil, err
	}
	return orRefusal(answer.JSON200, answer.Status(), answer.Body)
}

// wait asks until a job is over.
func wait(ctx context.Context, client *gristmill.ClientWithResponses, id uuid.UUID) (*gristmill.Job, error) {
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for {
		job, err := get(ctx, client, id)
		if err != nil || job.State != gristmill.Queued && job.State != gristmill.Running {
			return job, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-ticker.C:
		}
	}
}

// orRefusal is what the server sent, or its reason for sending nothing of the kind.
func orRefusal[T any](value *T, status string, body []byte) (*T, error) {
	if value != nil {
		return value, nil
	}
	var refusal gristmill.Error
	if json.Unmarshal(body, &refusal) == nil && refusal.Message != "" {
		return nil, fmt.Errorf("%s: %s", status, refusal.Message)
	}
	return nil, fmt.Errorf("the server answered %s", status)
}
