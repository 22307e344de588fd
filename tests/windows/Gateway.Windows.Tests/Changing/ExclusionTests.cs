using System.Runtime.Versioning;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Xunit;

namespace Gateway.Windows.Tests.Changing;

/// <summary>Exclusions of Microsoft Defender, as another PowerShell lists them. Adds three for things that do not exist, and removes them.</summary>
[Trait("Category", "RealWindows")]
[SupportedOSPlatform("windows")]
public sealed class ExclusionTests : IAsyncDisposable
{
    private readonly string name = ThisMachine.NewName();

    private Exclusion[] Exclusions =>
        [new(ExclusionKind.Folder, $@"C:\{name}"), new(ExclusionKind.Process, $@"C:\{name}\x.exe"), new(ExclusionKind.Extension, $".{name.ToLowerInvariant()}")];

    public async ValueTask DisposeAsync()
    {
        if (Permission.WhyNot(changes: true) is null)
            await WindowsTool.AskAsync($"Remove-MpPreference -ExclusionPath 'C:\\{name}' -ExclusionProcess 'C:\\{name}\\x.exe' -ExclusionExtension '.{name.ToLowerInvariant()}', '{name.ToLowerInvariant()}' -Force -ErrorAction SilentlyContinue", CancellationToken.None);
    }

    [Fact]
    public async Task Exclusions_are_added_in_effect_and_removed()
    {
        Permission.Change();
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();
        Permission.Skip(await WhyNotHereAsync(machine.Antivirus, cancel));
        foreach (var exclusion in Exclusions)
            await machine.Antivirus.AddAsync(exclusion, cancel);
        Assert.Equal(3, (await StoredAsync(cancel)).Count);
        var read = (await machine.Antivirus.ReadAsync(cancel)).Exclusions;
        Assert.All(Exclusions, exclusion => Assert.Contains(exclusion, read));

        foreach (var exclusion in Exclusions)
            await machine.Antivirus.RemoveAsync(exclusion, cancel);
        Assert.Empty(await StoredAsync(cancel));
        Assert.DoesNotContain((await machine.Antivirus.ReadAsync(cancel)).Exclusions, e => e.Value.Contains(name, StringComparison.OrdinalIgnoreCase));
        await machine.Antivirus.RemoveAsync(Exclusions[0], cancel); // of one that is not there
    }

    private static async Task<string?> WhyNotHereAsync(IAntivirus antivirus, CancellationToken cancel)
    {
        try
        {
            var state = await antivirus.ReadAsync(cancel);
            return state.Products.All(p => p is not { Name: "Microsoft Defender", ExclusionsReadable: true }) ? "Microsoft Defender is absent, or policy hides its exclusions"
                : state.ExclusionsUnread is { } unread ? unread.English
                : state.ExclusionsLocked ? "policy or tamper protection keeps exclusions from being changed here"
                : (await WindowsTool.AskAsync("Get-Service WinDefend -ErrorAction Ignore | ForEach-Object { [pscustomobject]@{ Status = \"$($_.Status)\" } }", cancel)) is not [var service] || (string)service["Status"]! != "Running" ? "Microsoft Defender does not run"
                : null;
        }
        catch (NotAssessableException e)
        {
            return e.Why.English;
        }
    }

    private async Task<IReadOnlyList<string>> StoredAsync(CancellationToken cancel) =>
        [.. (await WindowsTool.AskAsync(
            $$"""
            $preference = Get-MpPreference
            @($preference.ExclusionPath) + @($preference.ExclusionProcess) + @($preference.ExclusionExtension) |
              Where-Object { $_ -like '*{{name}}*' } | ForEach-Object { [pscustomobject]@{ Value = "$_" } }
            """, cancel)).Select(e => (string)e["Value"]!)];
}
