using System.ComponentModel;
using System.Runtime.Versioning;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Machines.Windows.Packages;

/// <summary>A package that is itself an MSI: the monitoring agent. Windows Installer runs one installation at a time, so another one is waited for.</summary>
/// <param name="record">Where the product keeps what it installed.</param>
/// <param name="logs">Where Windows Installer writes its log.</param>
/// <param name="found">What of this kind is installed, by whomever: its version, or null.</param>
[SupportedOSPlatform("windows")]
internal sealed class MsiPackage(string record, string logs, Func<string?> found)
{
    // "MsiExec.exe and InstMsi.exe Error Messages", Microsoft Learn.
    private const int Success = 0;
    private const int AnotherInstallation = 1618;
    private const int UnknownProduct = 1605;
    private const int RestartStarted = 1641;
    private const int RestartNeeded = 3010;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan PatienceWithOthers = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(5);

    /// <summary>What is installed, or null.</summary>
    /// <param name="id">The payload's id.</param>
    public PackageState? Read(string id)
    {
        if (InstallationRecord.Read(record) is { ProductCode: { } code } ours && WindowsInstaller.VersionOf(code) is { } version)
            return new PackageState(id, version, ours.File, ours.Sha256);
        return found() is { } theirs ? new PackageState(id, theirs) : null;
    }

    /// <summary>Installs it.</summary>
    /// <param name="payload">The package.</param>
    /// <param name="file">Its own name.</param>
    /// <param name="sha256">Its digest.</param>
    /// <param name="cancel">Cancels.</param>
    /// <exception cref="RefusedException">It is no package (GW2507), Windows Installer refused it (GW2508), or another installation does not end (GW2509).</exception>
    public async Task InstallAsync(string payload, string file, Sha256Digest sha256, CancellationToken cancel)
    {
        string code, version;
        try
        {
            (code, version) = (WindowsInstaller.PropertyOf(payload, "ProductCode")!, WindowsInstaller.PropertyOf(payload, "ProductVersion")!);
        }
        catch (Win32Exception e)
        {
            throw new RefusedException(Diagnostic.Error("GW2507", $"{file} is no package of Windows Installer: {e.Message}", "Download the MSI from its maker again, and pin its digest."), e);
        }

        // Written before: a kill in between leaves an installation that is known to be ours.
        new InstallationRecord(version, file, sha256, ProductCode: code).Write(record);
        if (WindowsInstaller.VersionOf(code) is null)
            await RunAsync(["/i", payload], $"install-{Path.GetFileNameWithoutExtension(file)}.log", cancel);
    }

    /// <summary>Removes what the product installed.</summary>
    /// <param name="cancel">Cancels.</param>
    public async Task RemoveAsync(CancellationToken cancel)
    {
        if (InstallationRecord.Read(record) is { ProductCode: { } code } ours && WindowsInstaller.VersionOf(code) is not null)
            await RunAsync(["/x", code], $"remove-{Path.GetFileNameWithoutExtension(ours.File)}.log", cancel);
        InstallationRecord.Forget(record);
    }

    private async Task RunAsync(string[] what, string log, CancellationToken cancel)
    {
        Directory.CreateDirectory(logs);
        log = Path.Combine(logs, log);
        string[] arguments = [.. what, "/qn", "/norestart", "/l*v", log];
        for (var waited = TimeSpan.Zero; ; waited += BetweenTries)
        {
            ProgramAnswer answer;
            try
            {
                answer = await ExternalProgram.RunAsync(Path.Combine(Environment.SystemDirectory, "msiexec.exe"), arguments, default, Patience, cancel);
            }
            catch (ExternalProgramException e)
            {
                throw Failed(e.Message, log);
            }

            if (answer.ExitCode is Success or RestartNeeded or RestartStarted or UnknownProduct)
                return; // what it came to is observed afterwards
            if (answer.ExitCode != AnotherInstallation)
                throw Failed($"exit code {answer.ExitCode}", log);
            if (waited >= PatienceWithOthers)
                throw new RefusedException(Diagnostic.Error("GW2509", "Another installation runs on this machine, and did not end.", "Let it end, or restart Windows; then apply again."));
            await Task.Delay(BetweenTries, cancel);
        }
    }

    private static RefusedException Failed(string why, string log) =>
        new(Diagnostic.Error("GW2508", $"Windows Installer failed ({why}).", $"Its log says what it refused: {log}."));
}
