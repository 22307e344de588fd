using System.Text.Json.Serialization;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources;

/// <summary>What must hold: an immutable record. Its file holds the kind whole: how it is observed, compared, applied and reverted.</summary>
public abstract record Resource
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4); // longer than what a look asks gives itself: those know better what did not answer

    /// <summary>Names the resource.</summary>
    [JsonIgnore]
    public abstract ResourceId Id { get; }

    /// <summary>Resources that must hold first.</summary>
    public IReadOnlyList<ResourceId> DependsOn { get; init; } = [];

    /// <summary>The controls that it serves.</summary>
    public IReadOnlyList<ControlId> Controls { get; init; } = [];

    /// <summary>Looks at the machine; changes nothing. A failure is an observation too.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="clock">Says when.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<Observation> ObserveAsync(IMachine machine, TimeProvider clock, CancellationToken cancel)
    {
        var began = clock.GetTimestamp();
        var seen = await SeeAsync(machine, clock, cancel);
        return seen with { TookMilliseconds = (int)clock.GetElapsedTime(began).TotalMilliseconds };
    }

    /// <summary>What is said of what nobody could look at; the reason is a note.</summary>
    protected static Wording NotAssessed { get; } = new("nicht beurteilt", "not assessed");

    /// <summary>What must hold, in words.</summary>
    [JsonIgnore]
    protected abstract Wording Expectation { get; }

    /// <summary>What must hold, in words.</summary>
    public Wording Describe() => Expectation;

    /// <summary>How this kind is usually known on a machine.</summary>
    /// <param name="machine">The machine.</param>
    protected abstract Provenance UsualProvenance(IMachine machine);

    /// <summary>Looks at the machine; may throw.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="clock">Says when.</param>
    /// <param name="cancel">Cancels.</param>
    protected abstract Task<Observation> LookAsync(IMachine machine, TimeProvider clock, CancellationToken cancel);

    /// <summary>An observation of this resource.</summary>
    /// <param name="outcome">What was found.</param>
    /// <param name="clock">Says when.</param>
    /// <param name="expected">What must hold.</param>
    /// <param name="observed">What was found, in words.</param>
    /// <param name="how">How it is known.</param>
    /// <param name="note">What else a reader must know.</param>
    protected Observation Observation(Outcome outcome, TimeProvider clock, Wording expected, Wording observed, Provenance how, Wording? note = null) =>
        new() { Resource = Id, Outcome = outcome, Expected = expected, Observed = observed, How = how, At = clock.GetUtcNow(), Note = note };

    private async Task<Observation> SeeAsync(IMachine machine, TimeProvider clock, CancellationToken cancel)
    {
        // On a thread of its own: what hangs in the system cannot be cancelled, and is left behind.
        var look = Task.Run(() => LookAsync(machine, clock, cancel), cancel);
        try
        {
            return await look.WaitAsync(Patience, cancel);
        }
        catch (TimeoutException) when (!look.IsCompleted)
        {
            return Observation(Outcome.Error, clock, Expectation, new("die Beobachtung ist gescheitert", "the observation failed"), UsualProvenance(machine), new($"keine Antwort innerhalb von {Patience.TotalMinutes} Minuten", $"no answer within {Patience.TotalMinutes} minutes"));
        }
        catch (NotAssessableException e)
        {
            return Observation(Outcome.NotAssessed, clock, Expectation, NotAssessed, UsualProvenance(machine), e.Why) with { Word = e.Word };
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            return Observation(Outcome.Error, clock, Expectation, new("die Beobachtung ist gescheitert", "the observation failed"), UsualProvenance(machine), Wording.Same(e.Message));
        }
    }
}
