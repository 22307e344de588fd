using System.Text;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Managed;

/// <summary>A text file that the product renders: the gateway's configuration, the database's, the agent's. Holds references to secrets at most.</summary>
public sealed record RenderedFile : ManagedResource<RenderedFile.Content>
{
    /// <summary>The kind's name.</summary>
    public const string Kind = "file";

    /// <summary>Names the file.</summary>
    public required ItemId Name { get; init; }

    /// <summary>The file.</summary>
    public required WindowsPath Path { get; init; }

    /// <summary>Its text.</summary>
    public required string Text { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => new(Kind, Name.Text);

    /// <inheritdoc/>
    protected override string Place => Path.Text;

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        $"{Path} hat den aus dem Manifest erzeugten Inhalt (SHA-256 {Digest})",
        $"{Path} has the content rendered from the manifest (SHA-256 {Digest})");

    private string Digest => Sha256Digest.Of(Encoding.UTF8.GetBytes(Text)).Text[..12];

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Files.Provenance;

    /// <inheritdoc/>
    protected override Task<Content?> ReadAsync(IMachine machine, CancellationToken cancel) =>
        Task.FromResult(machine.Files.ReadFile(Path) is { } bytes ? new Content(Convert.ToBase64String(bytes)) : null);

    /// <inheritdoc/>
    protected override IEnumerable<PropertyChange> Compare(IMachine machine, Content? now) =>
        Encoding.UTF8.GetBytes(Text).AsSpan().SequenceEqual(now?.Bytes) && now is not null ? [] : [new("content", now is null ? null : Size(now), Text)];

    /// <inheritdoc/>
    public override IReadOnlyList<PropertyChange> InFull(Observation seen) =>
        Read(seen.State) is { } now ? [new("content", Encoding.UTF8.GetString(now.Bytes), Text)] : seen.Differences;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, string> Show(Content state) => new Dictionary<string, string> { ["content"] = Size(state) };

    // A stranger's file may hold a password: nobody but the journal learns its content.
    private static string Size(Content content) => $"{content.Bytes.Length} bytes, SHA-256 {Sha256Digest.Of(content.Bytes)}";

    /// <inheritdoc/>
    protected override Task MakeAsync(IMachine machine, Content? now, bool restart, CancellationToken cancel)
    {
        machine.Files.WriteFile(Path, Encoding.UTF8.GetBytes(Text));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task<string?> RestoreAsync(IMachine machine, Content? before, CancellationToken cancel)
    {
        if (before is null)
            machine.Files.RemoveFile(Path);
        else
            machine.Files.WriteFile(Path, before.Bytes);
        return Task.FromResult<string?>(null);
    }

    /// <summary>A file's content.</summary>
    /// <param name="Base64">Its bytes.</param>
    public sealed record Content(string Base64)
    {
        internal byte[] Bytes => Convert.FromBase64String(Base64);
    }
}
