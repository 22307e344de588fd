using System.Management.Automation;
using System.Text.Json.Nodes;
using Gateway.Rig.PowerShellServer.State;

namespace Gateway.Rig.PowerShellServer.Contract;

/// <summary>One call of a contract command: its arguments, the machine it acts on, and its ways to answer.</summary>
/// <param name="Cmdlet">The running command.</param>
/// <param name="Bound">Its bound parameters.</param>
/// <param name="Command">Which command it is.</param>
public sealed record Call(PSCmdlet Cmdlet, IDictionary<string, object> Bound, ContractCommand Command)
{
    // What every advanced function has (about_CommonParameters); the engine acts on them itself.
    private static readonly HashSet<string> Common = new(
        [.. System.Management.Automation.Cmdlet.CommonParameters, .. System.Management.Automation.Cmdlet.OptionalCommonParameters],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The machine.</summary>
    public RigState State { get; } = RigState.FromEnvironment();

    /// <summary>What goes wrong now.</summary>
    public Faults Faults { get; } = Faults.InForce();

    /// <summary>Whether the caller gave this parameter.</summary>
    public bool Has(string parameter) => Bound.ContainsKey(parameter);

    /// <summary>A parameter's value, or <paramref name="otherwise"/> where the caller gave none.</summary>
    public T Get<T>(string parameter, T otherwise) =>
        Bound.TryGetValue(parameter, out var value) ? LanguagePrimitives.ConvertTo<T>(value) : otherwise;

    /// <summary>Whether a switch is on.</summary>
    public bool On(string parameter) => Get(parameter, new SwitchParameter(false)).IsPresent;

    /// <summary>Writes the call into the log. A pipeline is as many lines as it has commands; its first one has position 1.</summary>
    public void Log()
    {
        var parameters = new JsonObject();
        foreach (var (name, value) in Bound) parameters[name] = Loggable(value);
        State.AppendCall(new JsonObject
        {
            ["time"] = DateTimeOffset.UtcNow.ToString("O"),
            ["process"] = Environment.ProcessId,
            ["position"] = Cmdlet.MyInvocation.PipelinePosition,
            ["length"] = Cmdlet.MyInvocation.PipelineLength,
            ["command"] = Command.Name,
            ["parameters"] = parameters,
        });
    }

    /// <summary>Stops the call if it uses a documented parameter that the rig has no behaviour for.</summary>
    public void RefuseWhatIsNotImitated()
    {
        var unknown = Bound.Keys.Where(name => !Common.Contains(name) && !Command.Imitated.Contains(name)).ToList();
        if (unknown.Count > 0)
            Stop(new ErrorRecord(
                new NotSupportedException($"{Command.Name} has {string.Join(", ", unknown.Select(name => "-" + name))} on Windows, but the test rig does not imitate it."),
                "RigDoesNotImitate", ErrorCategory.NotImplemented, unknown[0]));
    }

    /// <summary>Stops the command with a terminating error.</summary>
    public void Stop(ErrorRecord error) => Cmdlet.ThrowTerminatingError(error);

    /// <summary>Reports an error of Windows' and goes on, as the commands of its CIM modules do.</summary>
    public void Report(ErrorRecord error) => Cmdlet.WriteError(Faults.Has(Faults.German) ? GermanMessages.Of(error) : error);

    private static JsonNode? Loggable(object? value) => value switch
    {
        null => null,
        bool flag => flag,
        SwitchParameter flag => flag.IsPresent,
        string text => text,
        Array items => new JsonArray([.. items.Cast<object?>().Select(Loggable)]),
        _ => LanguagePrimitives.ConvertTo<string>(value),
    };
}
