namespace Gateway.Rig.PowerShellServer.Contract;

/// <summary>How a parameter of the table is bound: what the table does not say and the command's page does.</summary>
/// <param name="Sets">The parameter sets that it belongs to; none means all of them.</param>
/// <param name="Mandatory">Whether its sets cannot do without it.</param>
/// <param name="Position">Its position, if it has one.</param>
/// <param name="FromPipeline">Whether it takes objects from the pipeline.</param>
/// <param name="ObjectOf">For CIM objects: the class that is accepted.</param>
/// <param name="Alias">Another name for it.</param>
public sealed record ParameterShape(
    IReadOnlyList<string> Sets,
    bool Mandatory = false,
    int? Position = null,
    bool FromPipeline = false,
    string? ObjectOf = null,
    string? Alias = null)
{
    /// <summary>An optional, named parameter of every set.</summary>
    public static ParameterShape Everywhere { get; } = new([]);
}

/// <summary>One command of a contract module.</summary>
/// <param name="Name">Verb and noun.</param>
/// <param name="DefaultSet">The parameter set that is taken when nothing decides.</param>
/// <param name="Shape">How each parameter of the table is bound.</param>
/// <param name="Imitated">The parameters that the rig acts on. Any other one of the table can be bound, and then stops the call:
/// an answer that ignored it would be a lie.</param>
/// <param name="Answer">What the command does, once per object of the pipeline.</param>
public sealed record ContractCommand(
    string Name,
    string DefaultSet,
    Func<string, ParameterShape> Shape,
    IReadOnlySet<string> Imitated,
    Action<Call> Answer);

/// <summary>A module of Windows whose commands the rig imitates; one file says which.</summary>
/// <param name="Name">The module's name.</param>
/// <param name="Commands">Its commands, each in the module's table of parameters.</param>
public sealed record ContractModule(string Name, IReadOnlyList<ContractCommand> Commands);
