using System.Text.Json;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Manifest;

namespace Gateway.Provisioning.Machines.Rehearsal;

/// <summary>The facts of a rehearsed machine: read from a file, kept up to date by what apply does, written whole after each change.</summary>
public sealed class FactsStore
{
    private readonly Lock gate = new();
    private readonly string? path;

    /// <summary>Facts that stay in memory.</summary>
    /// <param name="facts">The facts.</param>
    public FactsStore(MachineFacts facts)
        : this(facts, null)
    {
    }

    private FactsStore(MachineFacts facts, string? path) => (Now, this.path) = (facts, path);

    /// <summary>The facts as they are now.</summary>
    public MachineFacts Now { get; private set; }

    /// <summary>The facts of a rehearsed machine in its directory. A file that is not there yet is written with the first change: looking at a machine leaves no trace.</summary>
    /// <param name="path">The file.</param>
    /// <param name="initial">What a machine without a file starts from.</param>
    /// <exception cref="RefusedException">The file is there and holds no facts (GW6001).</exception>
    public static FactsStore At(string path, Func<MachineFacts> initial)
    {
        var root = Path.GetDirectoryName(path);
        return new(
            File.Exists(path)
                ? FactsFile.Read(path, $"It is what the rehearsed machine in {root} is made of: put it back from a copy, or begin anew with --root and another directory, or with this one after you removed it.")
                : initial(),
            path);
    }

    /// <summary>Changes the facts.</summary>
    /// <param name="change">From the facts now to the facts afterwards.</param>
    public void Update(Func<MachineFacts, MachineFacts> change)
    {
        lock (gate)
        {
            Now = change(Now);
            Write();
        }
    }

    private void Write()
    {
        if (path is null)
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(Now, ManifestJson.Indented));
    }
}
