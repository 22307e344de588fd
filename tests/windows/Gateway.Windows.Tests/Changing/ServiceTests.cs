using System.Runtime.Versioning;
using System.ServiceProcess;
using System.Text.RegularExpressions;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines.Abilities;
using Xunit;

namespace Gateway.Windows.Tests.Changing;

/// <summary>A service's configuration, as sc prints it and as its key holds it. Makes a service that is never started, and deletes it.</summary>
[Trait("Category", "RealWindows")]
[SupportedOSPlatform("windows")]
public sealed partial class ServiceTests : IAsyncDisposable
{
    private const int NoSuchService = 1060; // ERROR_SERVICE_DOES_NOT_EXIST
    private readonly string name = ThisMachine.NewName();

    public async ValueTask DisposeAsync()
    {
        if (Permission.WhyNot(changes: true) is null)
            await WindowsTool.RunAsync("sc", CancellationToken.None, "delete", name);
    }

    [Fact]
    public async Task A_service_is_made_changed_and_deleted()
    {
        Permission.Change();
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();
        var service = Service(ServiceStart.DelayedAutomatic, restart: true, dependsOn: ["EventLog", "RpcSs"]);
        await machine.Services.ConfigureAsync(service, cancel);

        // sc translates words, but neither the names of its fields nor those of constants nor numbers.
        var configuration = await WindowsTool.MustAsync("sc", cancel, "qc", name);
        Assert.Matches(@"TYPE\s*:\s*10\s+WIN32_OWN_PROCESS", configuration);
        Assert.Matches(@"START_TYPE\s*:\s*2\s+AUTO_START\s+\(DELAYED\)", configuration);
        Assert.Contains(service.CommandLine, configuration, StringComparison.Ordinal);
        Assert.Contains($@"NT SERVICE\{name}", configuration, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(["5000", "30000", "60000"], await RestartsAsync(cancel));
        Assert.Contains("86400", await WindowsTool.MustAsync("sc", cancel, "qfailure", name), StringComparison.Ordinal);
        Assert.Matches(@"REG_DWORD\s+0x1\b", await ValueAsync("FailureActionsOnNonCrashFailures", cancel));
        Assert.Matches(@"REG_MULTI_SZ\s+EventLog\\0RpcSs\s", await ValueAsync("DependOnService", cancel) + "\n");
        Assert.Equal(service, await ReadAsync(machine.Services, cancel), Same);

        // Everything else, and back to less.
        var less = Service(ServiceStart.Manual, restart: false, dependsOn: []) with { DisplayName = $"{name} changed", CommandLine = @"""C:\Program Files\Ä\changed.exe"" --x", Account = @"NT AUTHORITY\LocalService" };
        await machine.Services.ConfigureAsync(less, cancel);
        configuration = await WindowsTool.MustAsync("sc", cancel, "qc", name);
        Assert.Matches(@"START_TYPE\s*:\s*3\s+DEMAND_START", configuration);
        Assert.Empty(await RestartsAsync(cancel));
        Assert.Equal(less, await ReadAsync(machine.Services, cancel), Same);
        Assert.NotEqual(0, (await WindowsTool.RunAsync("reg", cancel, "query", Key, "/v", "DependOnService")).ExitCode);
        await machine.Services.ConfigureAsync(Service(ServiceStart.Disabled, restart: true, dependsOn: ["RpcSs"]) with { Account = "LocalSystem" }, cancel);
        Assert.Matches(@"START_TYPE\s*:\s*4\s+DISABLED", await WindowsTool.MustAsync("sc", cancel, "qc", name));
        Assert.Equal("LocalSystem", (await ReadAsync(machine.Services, cancel))!.Account);

        await machine.Services.DeleteAsync(name, cancel);
        Assert.Equal(NoSuchService, (await WindowsTool.RunAsync("sc", cancel, "query", name)).ExitCode);
        await machine.Services.DeleteAsync(name, cancel); // of one that is not there
    }

    [Fact]
    public async Task What_the_state_does_not_hold_stays_as_somebody_set_it()
    {
        Permission.Change();
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();
        await WindowsTool.MustAsync("sc", cancel, "create", name, "binPath=", @"C:\Windows\System32\cmd.exe /c exit 2", "type=", "share", "start=", "demand", "error=", "ignore");
        var before = await ReadAsync(machine.Services, cancel);
        await machine.Services.ConfigureAsync(Service(ServiceStart.Automatic, restart: true, dependsOn: []), cancel);
        await machine.Services.ConfigureAsync(before!, cancel);
        Assert.Equal(before, await ReadAsync(machine.Services, cancel), Same);
        var configuration = await WindowsTool.MustAsync("sc", cancel, "qc", name);
        Assert.Matches(@"TYPE\s*:\s*20\s+WIN32_SHARE_PROCESS", configuration);
        Assert.Matches(@"ERROR_CONTROL\s*:\s*0\s+IGNORE", configuration);
    }

    [Fact]
    public async Task A_service_that_somebody_holds_open_is_refused_by_name_and_goes_when_they_let_go()
    {
        Permission.Change();
        var cancel = TestContext.Current.CancellationToken;
        await using var machine = ThisMachine.Open();
        await machine.Services.ConfigureAsync(Service(ServiceStart.Manual, restart: false, dependsOn: []), cancel);
        using var controller = new ServiceController(name);
        using (var held = controller.ServiceHandle) // a handle of its own each time
        {
            Assert.False(held.IsInvalid);
            var refused = await Assert.ThrowsAsync<RefusedException>(() => machine.Services.DeleteAsync(name, cancel)); // waits a minute
            Assert.Equal("GW2203", refused.Diagnostic.Code);
            Assert.Contains(name, refused.Diagnostic.Message, StringComparison.Ordinal);
        }

        await machine.Services.DeleteAsync(name, cancel);
        Assert.Equal(NoSuchService, (await WindowsTool.RunAsync("sc", cancel, "query", name)).ExitCode);
    }

    private string Key => $@"HKLM\SYSTEM\CurrentControlSet\Services\{name}";

    private ServiceState Service(ServiceStart start, bool restart, string[] dependsOn) => new(
        name, $"{name} of a test", $"\"C:\\Windows\\System32\\cmd.exe\" /c \"exit 1\"", $@"NT SERVICE\{name}", start, restart, dependsOn, Running: false);

    private async Task<ServiceState?> ReadAsync(IServices services, CancellationToken cancel) =>
        (await services.ReadAsync(cancel)).SingleOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    // "RESTART -- Delay = 5000 milliseconds."
    private async Task<IReadOnlyList<string>> RestartsAsync(CancellationToken cancel) =>
        [.. Restart().Matches(await WindowsTool.MustAsync("sc", cancel, "qfailure", name)).Select(m => m.Groups[1].Value)];

    private Task<string> ValueAsync(string value, CancellationToken cancel) => WindowsTool.MustAsync("reg", cancel, "query", Key, "/v", value);

    private static bool Same(ServiceState? one, ServiceState? other) =>
        one is not null && other is not null && one.DependsOn.SequenceEqual(other.DependsOn) && one with { DependsOn = [], Account = "" } == other with { DependsOn = [], Account = "" }
        && one.Account.Equals(other.Account, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"RESTART\b\D*(\d+)")]
    private static partial Regex Restart();
}
