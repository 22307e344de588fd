using System.Text.Json;
using System.Text.Json.Serialization;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Manifest.Values;
using Gateway.Provisioning.Resources.Managed;

namespace Gateway.Provisioning.Resources;

/// <summary>What can be observed, changed and reverted. Travels to the journal and back as JSON, so that a rollback needs no manifest.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Folder), Folder.Kind)]
[JsonDerivedType(typeof(RenderedFile), RenderedFile.Kind)]
[JsonDerivedType(typeof(RegistryEntry), RegistryEntry.Kind)]
[JsonDerivedType(typeof(WindowsService), WindowsService.Kind)]
[JsonDerivedType(typeof(FirewallAllowRule), FirewallAllowRule.Kind)]
[JsonDerivedType(typeof(OutboundBlock), OutboundBlock.Kind)]
[JsonDerivedType(typeof(AntivirusExclusion), AntivirusExclusion.Kind)]
[JsonDerivedType(typeof(DailyTask), DailyTask.Kind)]
[JsonDerivedType(typeof(Package), Package.Kind)]
[JsonDerivedType(typeof(AgentRegistration), AgentRegistration.Kind)]
[JsonDerivedType(typeof(KeyAccess), KeyAccess.Kind)]
public abstract record ManagedResource : Resource
{
    /// <summary>Resources after whose change this one is restarted even when it holds: a service and its configuration.</summary>
    public IReadOnlyList<ResourceId> RestartedBy { get; init; } = [];

    /// <summary>What it acts on. Two resources with one address are one thing, whatever the manifest names them; one that gets another address leaves the old thing behind.</summary>
    [JsonIgnore]
    public string Address => $"{Id.Kind} {Place}".ToUpperInvariant();

    /// <summary>Whether changing it is an installation by Windows Installer, which runs one at a time: where one runs already, it is left to a second stage.</summary>
    [JsonIgnore]
    public virtual bool NeedsWindowsInstaller => false;

    /// <summary>Whether it runs on what others provide: it is stopped before they are put back, and started after.</summary>
    [JsonIgnore]
    public virtual bool RunsOnOthers => false;

    /// <summary>Whether what it makes depends on something outside manifest and machine: on the address of a name.</summary>
    [JsonIgnore]
    public virtual bool TakesInput => false;

    /// <summary>Where on the machine it acts, within its kind and without regard to case.</summary>
    [JsonIgnore]
    protected virtual string Place => Id.Name;

    /// <summary>Whether a state that the product did not leave is another's work that it must not change unasked: a service, an installed program. A folder or a rule of ours is not.</summary>
    /// <param name="state">The state.</param>
    public virtual bool IsSomebodyElses(JsonElement state) => false;

    /// <summary>Makes it hold. Does nothing that is not needed; can be repeated after a power loss at any point.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="restart">Whether what runs is restarted even when nothing else differs.</param>
    /// <param name="cancel">Cancels.</param>
    public abstract Task ApplyAsync(IMachine machine, bool restart, CancellationToken cancel);

    /// <summary>Fetches and checks what a later <see cref="ApplyAsync"/> needs from outside. Changes nothing that anybody manages.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="cancel">Cancels.</param>
    public virtual Task PrepareAsync(IMachine machine, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Puts the before-image back, whatever is there now. Says what had to stay, or null.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="before">The state to go back to; null when the resource was absent.</param>
    /// <param name="cancel">Cancels.</param>
    public abstract Task<string?> RevertAsync(IMachine machine, JsonElement? before, CancellationToken cancel);

    /// <summary>Lets go of what others are about to put back: what runs is stopped. It starts again when it is put back itself.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="cancel">Cancels.</param>
    public virtual Task LetGoAsync(IMachine machine, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Fingerprint of a state, without what changes by itself.</summary>
    /// <param name="state">The state; null when it is absent.</param>
    public abstract Sha256Digest DigestOf(JsonElement? state);

    /// <summary>Whether a resource was seen in a state: what nobody could look at was not.</summary>
    /// <param name="seen">What was seen.</param>
    /// <param name="state">The state; null when it is absent.</param>
    public bool IsIn(Observation seen, JsonElement? state) => seen.IsSeen && DigestOf(seen.State) == DigestOf(state);

    /// <summary>What separates two states, property by property.</summary>
    /// <param name="before">The one.</param>
    /// <param name="after">The other.</param>
    public abstract IReadOnlyList<PropertyChange> Between(JsonElement? before, JsonElement? after);

    /// <summary>The differences of an observation of what the product itself left: they may be shown in full, where those of a stranger's state may hold a secret.</summary>
    /// <param name="seen">The observation.</param>
    public virtual IReadOnlyList<PropertyChange> InFull(Observation seen) => seen.Differences;

    /// <summary>Fingerprint of what must hold: it moves when the manifest moves what this resource makes, not when its place among others moves.</summary>
    [JsonIgnore]
    public Sha256Digest Fingerprint => CanonicalJson.Digest(JsonSerializer.SerializeToNode(this with { DependsOn = [], Controls = [], RestartedBy = [] }, ManifestJson.Compact));
}

/// <summary>A managed resource whose state is a record.</summary>
/// <typeparam name="TState">The state; null stands for absent.</typeparam>
public abstract record ManagedResource<TState> : ManagedResource
    where TState : class
{
    /// <inheritdoc/>
    public sealed override async Task ApplyAsync(IMachine machine, bool restart, CancellationToken cancel)
    {
        var now = await ReadAsync(machine, cancel);
        await (await WithInputAsync(machine, cancel)).MakeAsync(machine, now, restart, cancel);
    }

    /// <inheritdoc/>
    public sealed override Task<string?> RevertAsync(IMachine machine, JsonElement? before, CancellationToken cancel) =>
        RestoreAsync(machine, Read(before), cancel);

    /// <inheritdoc/>
    public sealed override Sha256Digest DigestOf(JsonElement? state) =>
        CanonicalJson.Digest(Read(state) is { } known ? JsonSerializer.SerializeToNode(Lasting(known), ManifestJson.Compact) : null);

    /// <inheritdoc/>
    public sealed override IReadOnlyList<PropertyChange> Between(JsonElement? before, JsonElement? after)
    {
        var (was, becomes) = (Texts(Read(before)), Texts(Read(after)));
        return [.. was.Keys.Union(becomes.Keys)
            .Select(name => new PropertyChange(name, was.GetValueOrDefault(name), becomes.GetValueOrDefault(name)))
            .Where(change => change.Before != change.After)];
    }

    /// <summary>This resource with what it takes from outside, as it is now; itself when it takes nothing.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="cancel">Cancels.</param>
    protected virtual Task<ManagedResource<TState>> WithInputAsync(IMachine machine, CancellationToken cancel) => Task.FromResult(this);

    /// <summary>A state without what changes by itself: when a task ran last, say.</summary>
    /// <param name="state">The state.</param>
    protected virtual TState Lasting(TState state) => state;

    /// <summary>A state's properties as texts that may be shown.</summary>
    /// <param name="state">The state.</param>
    protected virtual IReadOnlyDictionary<string, string> Show(TState state) =>
        JsonSerializer.SerializeToElement(state, ManifestJson.Compact).EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ToString());

    /// <summary>The state now, null when it is absent.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="cancel">Cancels.</param>
    protected abstract Task<TState?> ReadAsync(IMachine machine, CancellationToken cancel);

    /// <summary>What differs from what must hold.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="now">The state now.</param>
    protected abstract IEnumerable<PropertyChange> Compare(IMachine machine, TState? now);

    /// <summary>Makes it hold.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="now">The state now.</param>
    /// <param name="restart">Whether what runs is restarted.</param>
    /// <param name="cancel">Cancels.</param>
    protected abstract Task MakeAsync(IMachine machine, TState? now, bool restart, CancellationToken cancel);

    /// <summary>Puts a state back; says what had to stay, or null.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="before">The state to go back to.</param>
    /// <param name="cancel">Cancels.</param>
    protected abstract Task<string?> RestoreAsync(IMachine machine, TState? before, CancellationToken cancel);

    /// <summary>Why there is nothing here to manage, or null.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="now">The state now.</param>
    /// <param name="cancel">Cancels.</param>
    protected virtual Task<Wording?> WhyNotApplicableAsync(IMachine machine, TState? now, CancellationToken cancel) => Task.FromResult<Wording?>(null);

    /// <summary>What a reader must know beside what holds or differs, or null.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="now">The state now.</param>
    /// <param name="cancel">Cancels.</param>
    protected virtual Task<Remark?> NoteAsync(IMachine machine, TState? now, CancellationToken cancel) => Task.FromResult<Remark?>(null);

    /// <inheritdoc/>
    protected sealed override async Task<Observation> LookAsync(IMachine machine, TimeProvider clock, CancellationToken cancel)
    {
        var now = await ReadAsync(machine, cancel);
        var how = UsualProvenance(machine);
        JsonElement? state = now is null ? null : JsonSerializer.SerializeToElement(now, ManifestJson.Compact);
        if (await WhyNotApplicableAsync(machine, now, cancel) is { } why)
            return Observation(Outcome.NotApplicable, clock, Expectation, new("nicht anwendbar", "not applicable"), how, why) with { State = state };

        ManagedResource<TState> wanted;
        try
        {
            wanted = await WithInputAsync(machine, cancel);
        }
        catch (NotAssessableException e)
        {
            return Observation(Outcome.NotAssessed, clock, Expectation, NotAssessed, how, e.Why) with { State = state, IsStateRead = true };
        }

        var differences = wanted.Compare(machine, now).ToList();
        var remark = await NoteAsync(machine, now, cancel);
        var seen = differences.Count == 0
            ? Observation(Outcome.Holds, clock, Expectation, new("wie erwartet", "as expected"), how, remark?.Text)
            : Observation(Outcome.Differs, clock, Expectation, now is null ? new("fehlt", "absent") : Wording.Join("; ", differences.Select(Show)), how, remark?.Text);
        return seen with { State = state, Differences = differences, IsWithoutEffect = remark?.IsWithoutEffect ?? false };
    }

    /// <summary>A difference when two texts are not equal.</summary>
    /// <param name="name">The property.</param>
    /// <param name="before">As it is.</param>
    /// <param name="after">As it shall be.</param>
    /// <param name="comparison">How they are compared.</param>
    protected static IEnumerable<PropertyChange> Unequal(string name, string? before, string after, StringComparison comparison = StringComparison.Ordinal) =>
        string.Equals(before, after, comparison) ? [] : [new PropertyChange(name, before, after)];

    /// <summary>A state of the journal.</summary>
    /// <param name="state">The state; null when it is absent.</param>
    protected static TState? Read(JsonElement? state) => state?.Deserialize<TState>(ManifestJson.Compact);

    private IReadOnlyDictionary<string, string> Texts(TState? state) => state is null ? new Dictionary<string, string>() : Show(Lasting(state));

    private static Wording Show(PropertyChange change) => change.Before switch
    {
        null => new($"{change.Name} fehlt", $"{change.Name} is absent"),
        { Length: <= 80 } text when !text.Contains('\n', StringComparison.Ordinal) => new($"{change.Name} ist {text}", $"{change.Name} is {text}"),
        _ => new($"{change.Name} ist anders", $"{change.Name} is different"),
    };
}
