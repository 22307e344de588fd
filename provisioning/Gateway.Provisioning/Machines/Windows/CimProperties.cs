using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// Properties of what a cmdlet returned. A CIM instance crosses the pipe in two shapes, as its class has it and as the module's type file shows it: a number
/// or its name, a list or its only element. Both are read here.
/// </summary>
internal static class CimProperties
{
    /// <summary>A property as text; empty when it is absent.</summary>
    public static string Text(this PSObject from, string property) => Convert.ToString(from.Plain(property), CultureInfo.InvariantCulture) ?? "";

    /// <summary>Whether a property has a value of an enumeration: it comes as a number, as its name, or as an object that is both.</summary>
    public static bool Is(this PSObject from, string property, int number, string name)
    {
        var value = from.Properties[property]?.Value;
        var plain = from.Plain(property);
        return value is not null
            && (string.Equals(value.ToString(), name, StringComparison.OrdinalIgnoreCase)
                || (plain is IConvertible and not string && Convert.ToInt64(plain, CultureInfo.InvariantCulture) == number)
                || value.ToString() == number.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Whether a boolean property is true; null when it is absent.</summary>
    public static bool? Flag(this PSObject from, string property) => from.Plain(property) switch
    {
        bool flag => flag,
        string text when bool.TryParse(text, out var flag) => flag,
        IConvertible number and not string => Convert.ToInt64(number, CultureInfo.InvariantCulture) != 0,
        _ => null,
    };

    /// <summary>A property as a number; null when it is absent or none.</summary>
    public static long? Number(this PSObject from, string property) =>
        long.TryParse(from.Text(property), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A property with several values, each as text; null when it is absent.</summary>
    public static string[]? Texts(this PSObject from, string property) => from.Plain(property) switch
    {
        null => null,
        string one => [one],
        IEnumerable many => [.. many.Cast<object?>().Select(x => x?.ToString() ?? "")],
        var one => [one.ToString()!],
    };

    /// <summary>A property's value without PowerShell's wrapping.</summary>
    public static object? Plain(this PSObject from, string property) => from.Properties[property]?.Value switch
    {
        PSObject wrapped => wrapped.BaseObject,
        var plain => plain,
    };
}
