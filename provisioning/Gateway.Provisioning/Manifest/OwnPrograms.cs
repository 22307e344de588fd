using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest;

/// <summary>A service of the product's under an account of its own.</summary>
/// <param name="Service">Its name.</param>
/// <param name="Executable">Its program.</param>
/// <param name="Library">A file beside the program, as a library would be named that it loads.</param>
public sealed record OwnProgram(string Service, WindowsPath Executable, WindowsPath Library);

/// <summary>The programs that must run under service accounts: what policies have to let through.</summary>
public static class OwnPrograms
{
    /// <summary>The gateway and its database.</summary>
    /// <param name="appliance">The appliance.</param>
    public static IReadOnlyList<OwnProgram> Of(Appliance appliance) =>
    [
        Named(appliance.Gateway.ServiceName, appliance.Gateway.ProgramFolderOfThisVersion().Join("Gateway.Service.exe")),
        Named(appliance.Database.ServiceName, appliance.Database.ProgramFolder.Join(@"bin\mariadbd.exe")),
    ];

    private static OwnProgram Named(string service, WindowsPath executable) => new(service, executable, executable.Parent!.Value.Join("library.dll"));
}
