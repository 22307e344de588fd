using System.Text.Json;
using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines;

public class RegistryValueTests
{
    private const string Ward = """{ "registry": [ { "id": "ward", "key": "SOFTWARE\\Example", "name": "Ward", "text": "3" } ] }""";

    private static readonly RegistryValue Number = new(@"SOFTWARE\Example", "Ward", "03000000", Type: 4);

    [Fact]
    public async Task A_value_of_another_type_is_seen_replaced_and_put_back_byte_by_byte()
    {
        await using var machine = new Rehearsed(Rehearsed.DefaultAppliance(Ward));
        machine.Store.Update(f => f with { Registry = [Number] });
        var change = (await machine.AssessAsync()).Plan.Changes.Single(c => c.Resource.Text == "registry-value/ward");
        Assert.Contains(change.Properties, p => p is { Name: "type", Before: "REG_DWORD", After: "REG_SZ" });

        await machine.ApplyAsync();
        Assert.Equal(Number with { Text = "3", Type = RegistryValue.TextType }, machine.Machine.Registry.Read(Number.Key, Number.Name));
        Assert.Equal(ApplyOutcome.RolledBack, (await machine.Applier().RollbackAsync(TestContext.Current.CancellationToken)).Outcome);
        Assert.Equal(Number, machine.Machine.Registry.Read(Number.Key, Number.Name));
    }

    [Fact]
    public void Facts_from_before_types_were_recorded_hold_text() =>
        Assert.Equal(
            new RegistryValue("SOFTWARE", "Ward", "3"),
            JsonSerializer.Deserialize<RegistryValue>("""{ "key": "SOFTWARE", "name": "Ward", "text": "3" }""", ManifestJson.Compact));
}
